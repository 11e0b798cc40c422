declare module 'edtf' {
  /** Parses EDTF, and throws if the text is not EDTF. The bounds are in milliseconds; open bounds are infinite. */
  export default function edtf(text: string): { readonly min: number; readonly max: number }
}
