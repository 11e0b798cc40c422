// Numbers in the registers of the International Maritime Organization: those of ships, and those of companies, which are others.

/** By kind: the scheme, the weights of the first six digits, and the check digit for their sum. */
const registers = {
  ship: { scheme: 'IMO', weights: [7, 6, 5, 4, 3, 2], check: (sum: number) => sum % 10 },
  company: { scheme: 'IMO_COMPANY', weights: [8, 6, 4, 2, 9, 7], check: (sum: number) => (11 - (sum % 11)) % 10 },
} as const

/** The identifiers of numbers, each once, and those that are wrong. */
export interface ImoNumbers {
  readonly identifiers: readonly string[]
  readonly mistakes: readonly string[]
}

/** Reads numbers such as "9187629" or "IMO 9187629". */
export function imoNumbers(texts: readonly string[], kind: 'ship' | 'company'): ImoNumbers {
  const { scheme } = registers[kind]
  const read = [...new Set(texts.map((text) => text.trim()))].map((text) => ({ text, number: numberOf(text, kind) }))
  return {
    identifiers: [...new Set(read.flatMap(({ number }) => (number ? [`${scheme}:${number}`] : [])))],
    mistakes: read.flatMap(({ text, number }) =>
      number
        ? []
        : `The IMO number "${text.slice(0, 20)}" is left out, because it does not have seven digits, or its check digit is wrong.`,
    ),
  }
}

/** Returns the number in a text; undefined if it is wrong, or consists of zeros, which stand for an unknown number. */
function numberOf(text: string, kind: 'ship' | 'company'): string | undefined {
  const number = /^(?:IMO *)?(?!0+$)(\d{7})$/.exec(text)?.[1]
  const { weights, check } = registers[kind]
  const sum = weights.reduce<number>((total, weight, index) => total + weight * Number(number?.[index]), 0)
  return check(sum) === Number(number?.[6]) ? number : undefined
}
