/** Returns a Markdown table. The first column is text, the others are numbers. */
export function table(head: string[], rows: string[][]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return `${[head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
}

/** Formats a number with three significant digits. Returns a dash for undefined. */
export function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (value === Number.POSITIVE_INFINITY) return '∞'
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value === 0 ? '0' : value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3)
}

export const ratio = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2))
