// @ts-check
export { possibleTypes } from './generated/types.js'
