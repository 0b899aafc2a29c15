const reference =
  /^(?<name>[a-zA-Z0-9][\w.-]*(?::\d+)?(?:\/[a-zA-Z0-9][\w.-]*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[a-zA-Z][\w+.-]*:[0-9a-fA-F]{32,}))?$/

/**
 * The tag of an image reference: `latest` when it has neither tag nor digest, empty when it has only a digest
 * or can't be read.
 */
export function imageTag(image: string): string {
  const groups = reference.exec(image)?.groups
  if (!groups) return ''
  return groups['tag'] ?? (groups['digest'] ? '' : 'latest')
}
