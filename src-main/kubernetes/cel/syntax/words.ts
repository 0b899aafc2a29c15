/** What is no name anywhere. */
export const keywords: ReadonlySet<string> = new Set(['false', 'in', 'null', 'true'])

/** What no variable can be called. */
export const reserved: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop namespace package return var void while'.split(
    ' ',
  ),
)
