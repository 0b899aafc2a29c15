/**
 * Replaces `$(NAME)` by its value. What has no value stays as it is, and `$$` is a dollar sign,
 * so that `$$(NAME)` stays `$(NAME)`.
 */
export function expandReferences(
  text: string,
  lookUp: (name: string) => string | undefined,
): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (lookUp(name ?? '') ?? whole),
  )
}
