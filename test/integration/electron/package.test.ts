import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { extractFile, listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ensureAgentImage } from '#platform/agent-image.ts'
import { packageDesktop } from '../../../scripts/package/package-desktop.ts'
import { stageForTest } from '../../support/build-desktop.ts'
import { startDockerd } from '../../support/dockerd.ts'
import { TestHome } from '../../support/headless.ts'
import { lacksDockerd, lacksLinux, titled } from '../../support/lanes.ts'
import { makeStubElectron } from '../../support/stub-electron.ts'

const config = parse(await readFile('electron-builder.yml', 'utf8'))
const manifest = JSON.parse(await readFile('package.json', 'utf8'))
const schema = JSON.parse(await readFile('node_modules/app-builder-lib/scheme.json', 'utf8'))
const isValid = new Ajv({ strict: false, allowUnionTypes: true }).compile(schema)

/** How the wire spells a fuse's state. */
const off = '0'.charCodeAt(0)
const on = '1'.charCodeAt(0)

describe('electron-builder.yml', () => {
  test('is what electron-builder understands; an unknown key is not', () => {
    expect(isValid(config), JSON.stringify(isValid.errors)).toBe(true)
    expect(isValid({ ...config, notAKey: 1 })).toBe(false)
    expect(isValid({ ...config, electronFuses: { runAsNodes: false } })).toBe(false)
  })

  test('makes installers for macOS, Windows and Linux, each on x64 and arm64', () => {
    for (const platform of ['mac', 'win', 'linux']) {
      const targets: { arch: string[] }[] = config[platform].target
      expect(targets.length).toBeGreaterThan(0)
      for (const { arch } of targets) expect(arch).toEqual(['x64', 'arm64'])
    }
  })

  test('16: packages the Electron that is pinned, a supported major', () => {
    expect(config.electronVersion).toBe(manifest.devDependencies.electron)
    expect(manifest.devDependencies.electron).toMatch(/^45\.\d+\.\d+$/)
  })

  test('names icons and entitlements that are there', async () => {
    for (const file of [config.mac.icon, config.win.icon, config.mac.entitlements]) {
      expect((await stat(file)).size, file).toBeGreaterThan(100)
    }
    const sizes = await readdir(config.linux.icon)
    expect(sizes).toEqual(expect.arrayContaining(['16x16.png', '256x256.png', '512x512.png']))
    for (const size of sizes) {
      const png = await readFile(path.join(config.linux.icon, size))
      expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}.png`).toBe(size)
    }
  })
})

/** Where each platform's app has its program, with the wire of fuses, and its resources. */
const layouts = {
  linux: { folder: 'linux{-arch}-unpacked', program: 'slipway', resources: 'resources' },
  win: { folder: 'win{-arch}-unpacked', program: 'Slipway.exe', resources: 'resources' },
  mac: {
    folder: 'mac{-arch}',
    program: 'Slipway.app',
    resources: 'Slipway.app/Contents/Resources',
  },
}
type PlatformName = keyof typeof layouts
const platforms = Object.keys(layouts) as PlatformName[]
const architectures = ['x64', 'arm64'] as const
const packages = platforms.flatMap(platform =>
  architectures.map(architecture => ({ platform, architecture })),
)

describe.skipIf(lacksLinux)(titled('a packaged app', lacksLinux), () => {
  let stage: Awaited<ReturnType<typeof stageForTest>>
  let home: TestHome
  beforeAll(async () => {
    home = await TestHome.make()
    stage = await stageForTest({ agentImages: architectures })
    for (const platform of platforms) {
      const electronDist = home.file(`electron-${platform}`)
      await makeStubElectron(electronDist, platform)
      await packageDesktop({
        stage: stage.folder,
        output: home.file('dist'),
        platforms: [platform],
        architectures,
        onlyFolder: true,
        electronDist,
      })
    }
  })
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]()
    await home?.[Symbol.asyncDispose]()
  })

  const appOf = ({ platform, architecture }: (typeof packages)[number]) => {
    const { folder, program, resources } = layouts[platform]
    const suffix = architecture === 'arm64' ? '-arm64' : ''
    const app = home.file('dist', folder.replace('{-arch}', suffix))
    return { program: path.join(app, program), resources: path.join(app, resources) }
  }
  const linux = () => appOf({ platform: 'linux', architecture: 'x64' })
  const asarOf = ({ resources }: ReturnType<typeof appOf>) => path.join(resources, 'app.asar')

  test('holds bundles, tray icons and a manifest: no sources, no source maps, no packages, no secrets', async () => {
    const asar = asarOf(linux())
    const files = listPackage(asar, { isPack: false }).map(file => file.slice(1))
    const folders = new Set(files.map(file => path.dirname(file)))
    const plain = files.filter(file => !folders.has(file))
    const allowed =
      /^(package\.json|assets\/tray\/\w+(@2x)?\.png|out\/(main|preload|renderer)\/.+\.(js|cjs|css|html|woff2|json|svg|txt))$/
    expect(plain.filter(file => !allowed.test(file))).toEqual([])
    expect(plain).toEqual(
      expect.arrayContaining([
        'out/main/index.js',
        'out/main/core.js',
        'out/main/cluster.js',
        'out/preload/preload.cjs',
        'out/renderer/index.html',
        'assets/tray/running.png',
      ]),
    )
    const secrets =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}|client-key-data: \S{40}|npm_[A-Za-z0-9]{36}|ghp_\w{36}/
    for (const file of plain.filter(name => /\.(c?js|html|css|json)$/.test(name))) {
      const text = extractFile(asar, file).toString('utf8')
      expect(text, file).not.toMatch(secrets)
      expect(text, file).not.toMatch(/sourceMappingURL=/)
      expect(text.includes(process.cwd()), `${file} names this machine's folders`).toBe(false)
    }
    const packed = JSON.parse(extractFile(asar, 'package.json').toString('utf8'))
    expect(packed).toMatchObject({ name: 'slipway', version: manifest.version, type: 'module' })
    expect(Object.keys(packed)).not.toEqual(expect.arrayContaining(['dependencies']))
    expect(Object.keys(packed)).not.toEqual(expect.arrayContaining(['scripts']))
  })

  test('is small: all of ours below 12 MB', async () => {
    expect((await stat(asarOf(linux()))).size).toBeLessThan(12_000_000)
  })

  test.each(packages)(
    '19: for $platform on $architecture, the same archive with its fuses set',
    async one => {
      const app = appOf(one)
      const asar = asarOf(app)
      const list = (file: string) => listPackage(file, { isPack: false }).toSorted()
      expect(list(asar)).toEqual(list(asarOf(linux())))
      const wire = await getCurrentFuseWire(app.program)
      expect({
        RunAsNode: wire[FuseV1Options.RunAsNode],
        EnableCookieEncryption: wire[FuseV1Options.EnableCookieEncryption],
        EnableNodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
        EnableNodeCliInspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
        AsarIntegrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
        OnlyLoadAppFromAsar: wire[FuseV1Options.OnlyLoadAppFromAsar],
        V8Snapshot: wire[FuseV1Options.LoadBrowserProcessSpecificV8Snapshot],
        FileProtocol: wire[FuseV1Options.GrantFileProtocolExtraPrivileges],
      }).toEqual({
        RunAsNode: off,
        EnableCookieEncryption: on,
        EnableNodeOptions: off,
        EnableNodeCliInspect: off,
        AsarIntegrity: on,
        OnlyLoadAppFromAsar: on,
        V8Snapshot: off,
        FileProtocol: off,
      })
    },
  )

  test('says on macOS and Windows what its archive is checked against', async () => {
    const hash = createHash('sha256')
      .update(headerOf(await readFile(asarOf(linux()))))
      .digest('hex')
    for (const architecture of architectures) {
      const mac = appOf({ platform: 'mac', architecture })
      const list = await readFile(path.join(mac.program, 'Contents/Info.plist'), 'utf8')
      expect(list).toContain('<key>ElectronAsarIntegrity</key>')
      expect(list).toContain(hash)
      const win = await readFile(appOf({ platform: 'win', architecture }).program)
      expect(win.includes(hash)).toBe(true)
    }
  })

  test('brings the agent images of both architectures, which load without building', async () => {
    await using engine = (await lacksDockerd()) ? undefined : await startDockerd()
    for (const [arch, architecture] of [
      ['x64', 'amd64'],
      ['arm64', 'arm64'],
    ] as const) {
      const shipped = path.join(linux().resources, 'agent-image')
      const { tarPath, reference } = await ensureAgentImage({
        cacheDir: home.file(`cache-${arch}`),
        arch,
        recipeDir: shipped,
        shippedDir: shipped,
      })
      const tar = await readFile(tarPath)
      expect(tar.toString('latin1')).toContain(`"architecture":"${architecture}"`)
      if (!engine) continue
      expect(await engine.docker('load', '-i', tarPath)).toContain(`Loaded image: ${reference}`)
      expect(await engine.docker('image', 'inspect', '-f', '{{.Architecture}}', reference)).toBe(
        `${architecture}\n`,
      )
    }
  })
})

/** The bytes that an archive's checksum is of: the JSON that lists its files. */
function headerOf(asar: Buffer): Buffer {
  const length = asar.readUInt32LE(12)
  return asar.subarray(16, 16 + length)
}
