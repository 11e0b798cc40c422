import { type ImoNumbers, imoNumbers } from '../imo.ts'

const remark = /^(?:alt\. )?(?:Vessel Registration Identification|Identification Number|Company Number) IMO (\d{7})\.?$/

/** Reads the numbers in the register of the International Maritime Organization: of the ship, or of the company. */
export const readImo = (parts: readonly string[], isVessel: boolean): ImoNumbers =>
  imoNumbers(
    parts.flatMap((part) => remark.exec(part)?.[1] ?? []),
    isVessel ? 'ship' : 'company',
  )
