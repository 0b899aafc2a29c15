import path from 'node:path'
import { type Arch, Arch as Architecture, build, Platform } from 'electron-builder'

const platformsByName = { mac: Platform.MAC, win: Platform.WINDOWS, linux: Platform.LINUX }

export interface PackageOptions {
  /** What `stageDesktop` made. */
  stage: string
  output: string
  /** None: this machine's. */
  platforms: readonly ('mac' | 'win' | 'linux')[]
  /** None: those that electron-builder.yml names. */
  architectures: readonly ('x64' | 'arm64')[]
  /** The app's folder alone, without an installer. */
  onlyFolder: boolean
  /** An unpacked Electron in place of a downloaded one. */
  electronDist?: string
}

/** Packages a staged app as electron-builder.yml says; answers the files it made. */
export async function packageDesktop(options: PackageOptions): Promise<string[]> {
  const { stage, output, onlyFolder, electronDist } = options
  const platforms = options.platforms.map(name => platformsByName[name])
  const architectures: Arch[] = options.architectures.map(name => Architecture[name])
  const targets = new Map(
    (platforms.length ? platforms : [Platform.current()]).map(platform => [
      platform,
      platform.createTarget(onlyFolder ? 'dir' : null, ...architectures).get(platform) as Map<
        Arch,
        string[]
      >,
    ]),
  )
  return build({
    projectDir: stage,
    targets,
    publish: 'never',
    config: {
      extends: path.resolve(import.meta.dirname, '../../electron-builder.yml'),
      directories: { output },
      ...(electronDist ? { electronDist } : {}),
    },
  })
}
