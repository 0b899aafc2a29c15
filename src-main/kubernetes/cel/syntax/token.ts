/** A piece of an expression's text; its offset is in code points. */
export type Token =
  | { kind: 'identifier' | 'operator' | 'end'; text: string; offset: number }
  /** A field name in backticks. */
  | { kind: 'quoted'; text: string; offset: number }
  | { kind: 'int' | 'uint'; text: string; value: bigint; offset: number }
  | { kind: 'double'; text: string; value: number; offset: number }
  | { kind: 'string'; text: string; value: string; offset: number }
  | { kind: 'bytes'; text: string; value: Uint8Array; offset: number }
