import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const fuseCount = 9
const wire = `${String.fromCharCode(1, fuseCount)}${'1'.repeat(fuseCount)}`

/** A program that only says what it is and fails, with the wire of fuses in it that packaging flips. */
const program = Buffer.from(
  `#!/bin/sh\necho 'a stub of Electron for tests' >&2\nexit 99\n# ${sentinel}${wire}\n`,
  'latin1',
)

/** Some program for Windows: its resources are rewritten, so it has to be a real one that says its version. */
const windowsProgram = 'node_modules/electron-winstaller/vendor/7z-arm64.exe'

/** A test double of Electron's distribution for a platform. */
export async function makeStubElectron(
  folder: string,
  platform: 'linux' | 'win' | 'mac',
): Promise<void> {
  for (const [name, content] of Object.entries(await filesFor(platform))) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content, { mode: 0o755 })
  }
  await mkdir(path.join(folder, 'resources'), { recursive: true })
}

async function filesFor(platform: string): Promise<Record<string, Buffer | string>> {
  const common = { version: '45.4.1', LICENSE: 'stub', 'LICENSES.chromium.html': 'stub' }
  switch (platform) {
    case 'mac':
      return { ...common, ...bundleFiles() }
    case 'win':
      return {
        ...common,
        'electron.exe': Buffer.concat([await readFile(windowsProgram), program]),
      }
    default:
      return { ...common, electron: program }
  }
}

/** Electron for macOS: an app, its framework, and the apps of its helper processes. */
function bundleFiles(): Record<string, Buffer | string> {
  const app = (place: string, name: string) => ({
    [`${place}/${name}.app/Contents/Info.plist`]: propertyList(name),
    [`${place}/${name}.app/Contents/MacOS/${name}`]: program,
  })
  const frameworks = 'Electron.app/Contents/Frameworks'
  const helpers = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'].map(kind =>
    app(frameworks, `Electron Helper${kind}`),
  )
  return Object.assign(
    { [`${frameworks}/Electron Framework.framework/Electron Framework`]: program },
    { 'Electron.app/Contents/Resources/electron.icns': '' },
    app('.', 'Electron'),
    ...helpers,
  )
}

const propertyList = (name: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleName</key><string>${name}</string>
<key>CFBundleIdentifier</key><string>com.github.Electron</string>
<key>CFBundlePackageType</key><string>APPL</string>
</dict></plist>
`
