// Numbers of companies in public registers, recognized by their check digits.

/** Returns the identifiers of the numbers in a text that are numbers of a register, such as "BY_UNP:100138662". */
export const registerNumbers = (text: string): string[] =>
  (text.match(/\d+/g) ?? []).flatMap((digits) => {
    const scheme = registers.find(({ length, weights, modulus }) => {
      // Zeros stand for a number that is not known. Their check digit is right.
      if (digits.length !== length || /^0+$/.test(digits)) return false
      const sum = weights
        ? weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0)
        : Number(digits.slice(0, -1))
      return (sum % 11) % modulus === Number(digits.at(-1))
    })?.scheme
    return scheme ? [`${scheme}:${digits}`] : []
  })

/**
 * The taxpayers of Belarus, and the taxpayers and the legal entities of Russia. The last digit is the remainder by 11, and then by
 * `modulus`, of the other digits by these weights, or of the number that the other digits are.
 */
const registers: readonly {
  readonly scheme: string
  readonly length: number
  readonly weights?: readonly number[]
  readonly modulus: number
}[] = [
  { scheme: 'BY_UNP', length: 9, weights: [29, 23, 19, 17, 13, 7, 5, 3], modulus: 11 },
  { scheme: 'RU_INN', length: 10, weights: [2, 4, 10, 3, 5, 9, 4, 6, 8], modulus: 10 },
  { scheme: 'RU_OGRN', length: 13, modulus: 10 },
]
