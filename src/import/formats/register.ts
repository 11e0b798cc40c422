/**
 * The schemes under which a number of OFAC's register occurs, in the order of their authority. Both lists of OFAC share one
 * register; OpenSanctions names its entries "ofac-9760", as the id or a referent of an entity.
 */
const ofac: readonly { readonly scheme: string; readonly prefix: string }[] = [
  { scheme: 'OFAC_SDN', prefix: '' },
  { scheme: 'OFAC_CONS', prefix: '' },
  { scheme: 'OPENSANCTIONS', prefix: 'ofac-' },
]

/** An identifier of the same entry of a register in another scheme. */
export interface Twin {
  readonly identifier: string
  /** Whether the records with the other identifier describe the actor better: they decide on its name and description. */
  readonly leads: boolean
}

/** Returns the identifiers in other schemes of the entries that have these identifiers. */
export function twinsOf(identifiers: readonly string[]): Twin[] {
  return identifiers.flatMap((identifier) => {
    const own = ofac.findIndex(({ scheme, prefix }) => identifier.startsWith(`${scheme}:${prefix}`))
    const { scheme, prefix } = ofac[own] ?? { scheme: '', prefix: '' }
    const number = identifier.slice(scheme.length + 1 + prefix.length)
    if (own < 0 || !/^\d+$/.test(number)) return []
    return ofac.flatMap((each, index) =>
      index === own ? [] : [{ identifier: `${each.scheme}:${each.prefix}${number}`, leads: index < own }],
    )
  })
}
