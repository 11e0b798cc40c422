import { Chance } from './chance.ts'

type Misspell = (name: string, chance: Chance) => string

const letter = /\p{L}/u

/** Return the positions of letters in a name, and the positions of pairs of different letters. */
const letters = (name: string) => [...name].flatMap((each, i) => (letter.test(each) ? [i] : []))
const pairs = (name: string) => letters(name).filter((i) => letter.test(name[i + 1] ?? '') && name[i] !== name[i + 1])

const dropped: Misspell = (name, chance) => {
  const at = chance.of(letters(name))
  return name.slice(0, at) + name.slice(at + 1)
}

const doubled: Misspell = (name, chance) => {
  const at = chance.of(letters(name))
  return name.slice(0, at + 1) + name.slice(at)
}

const swapped: Misspell = (name, chance) => {
  const at = chance.of(pairs(name))
  return name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2)
}

/** The ways to misspell a name: a change of one letter or one pair, chosen by the seed. */
export const ways: Record<string, (name: string, seed: number) => string> = {
  'as it is': (name) => name,
  'a letter dropped': (name, seed) => dropped(name, new Chance(seed)),
  'a letter doubled': (name, seed) => doubled(name, new Chance(seed)),
  'two letters swapped': (name, seed) => swapped(name, new Chance(seed)),
}

/** Returns whether a name has two letters to swap, and enough letters to search for without one of them. */
export const canBeMisspelt = (name: string): boolean => pairs(name).length > 0 && letters(name).length > 2
