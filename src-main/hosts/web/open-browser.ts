import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import path from 'node:path'

const appBrowsers = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'microsoft-edge',
  'brave-browser',
]

/**
 * Opens a page for the person at this machine: as a window of its own where a Chromium is found, else in the default
 * browser. Answers what was done, in words; undefined when there is nothing to open it with.
 */
export async function openBrowser(
  url: string,
  profileDir: string,
  env: Record<string, string | undefined>,
): Promise<string | undefined> {
  switch (process.platform) {
    case 'darwin':
      return start('open', [url], 'your default browser')
    case 'win32':
      return start('rundll32', ['url.dll,FileProtocolHandler', url], 'your default browser')
    default: {
      if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return undefined
      for (const name of appBrowsers) {
        const program = await findProgram(name, env)
        if (program)
          return start(program, chromiumArguments(url, profileDir), `a window of ${name}`)
      }
      const opener = await findProgram('xdg-open', env)
      return opener && start(opener, [url], 'your default browser')
    }
  }
}

function chromiumArguments(url: string, profileDir: string): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return [`--app=${url}`, `--user-data-dir=${profileDir}`, '--no-first-run', ...asRoot]
}

async function findProgram(
  name: string,
  env: Record<string, string | undefined>,
): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name)
    try {
      await access(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}

function start(program: string, args: string[], said: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.once('spawn', () => {
      child.unref()
      resolve(said)
    })
    child.once('error', () => resolve(undefined))
  })
}
