import { MAX_STATEMENT } from '../../store/rules/field.ts'

/** The ground of a listing as a quote, or the reason why it is left out. */
interface Ground {
  /** Null if the list states no ground, or if it is left out. */
  readonly quote: string | null
  readonly mistakes: readonly string[]
}

/** Returns the ground of a listing, which the list calls `name`. A text that is too long is left out, because a part of it may mislead. */
export function groundOf(text: string, name: string): Ground {
  if (text.length <= MAX_STATEMENT) return { quote: text || null, mistakes: [] }
  return { quote: null, mistakes: [`The ${name} has more than ${MAX_STATEMENT} characters, and is left out.`] }
}
