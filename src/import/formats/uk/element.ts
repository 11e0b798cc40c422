import { oneLine } from '../un/name.ts'
import { childrenNamed, type XmlElement } from '../xml.ts'

/** Returns the elements below an element along a path of names, such as "Names", "Name". */
export const elementsAt = (element: XmlElement, ...path: readonly string[]): XmlElement[] =>
  path.reduce<XmlElement[]>((all, name) => all.flatMap((each) => childrenNamed(each, name)), [element])

/** Returns the texts of the elements along a path, each on one line, without empty ones. */
export const textsAt = (element: XmlElement, ...path: readonly string[]): string[] =>
  elementsAt(element, ...path)
    .map(({ text }) => oneLine(text))
    .filter(Boolean)

/** Returns the first text along a path; "" if there is none. */
export const textAt = (element: XmlElement, ...path: readonly string[]): string => textsAt(element, ...path)[0] ?? ''
