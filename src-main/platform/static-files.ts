import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/** A file of the window, ready to be answered. */
export interface StaticFile {
  body: Buffer<ArrayBuffer>
  type: string
  /** Its name carries a hash of its content, so it may be cached for good. */
  immutable: boolean
}

/**
 * Reads the file a URL path names below `folder`; undefined when there is none. Links and `..` that lead outside count
 * as absent, and `/` is `index.html`.
 */
export async function readStaticFile(
  folder: string,
  urlPath: string,
): Promise<StaticFile | undefined> {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  if (decoded.includes('\0')) return undefined
  const top = await realpath(folder)
  const asked = path.join(top, decoded.endsWith('/') ? `${decoded}index.html` : decoded)
  try {
    const file = await realpath(asked)
    const inside = path.relative(top, file)
    if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) return undefined
    return {
      body: await readFile(file),
      type: types[path.extname(file)] ?? 'application/octet-stream',
      immutable: inside.startsWith(`assets${path.sep}`),
    }
  } catch {
    return undefined
  }
}
