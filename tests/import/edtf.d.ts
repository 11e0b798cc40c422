declare module 'edtf' {
  /** Throws unless the text is EDTF; the bounds are in milliseconds, infinite where they are open. */
  export default function edtf(text: string): { readonly min: number; readonly max: number }
}
