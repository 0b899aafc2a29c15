/** The file to start a host with: the built one, made anew when a source changed since, or its source. */
export function programFile(
  host: 'web' | 'headless',
  node: string,
  say: (text: string) => void,
): string
