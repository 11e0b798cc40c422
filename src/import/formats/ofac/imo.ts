const remark = /^(?:alt\. )?(?:Vessel Registration Identification|Identification Number|Company Number) IMO (\d{7})\.?$/

/** Returns the identifiers in the register of the International Maritime Organization: of the ship, or of the company. */
export const imoNumbers = (parts: readonly string[], isVessel: boolean): string[] =>
  [...new Set(parts.flatMap((part) => remark.exec(part)?.[1] ?? []))].map(
    (number) => `${isVessel ? 'IMO' : 'IMO_COMPANY'}:${number}`,
  )
