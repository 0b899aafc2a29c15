/** The engine's answers, as far as they are read. */
export interface EngineVersion {
  Version: string
  ApiVersion: string
  MinAPIVersion?: string
  Components?: { Name: string }[]
}

export interface EngineInfo {
  NCPU: number
  MemTotal: number
  KernelVersion: string
  OperatingSystem: string
  Architecture: string
  DockerRootDir?: string
}

export interface ContainerSummary {
  Id: string
  State: string
  Labels: Record<string, string>
}

export interface ContainerInspection {
  Id: string
  Created: string
  Image: string
  State: {
    Status: string
    Paused?: boolean
    OOMKilled?: boolean
    ExitCode: number
    Error?: string
    StartedAt: string
    FinishedAt: string
  }
  Config: { Image: string; Tty: boolean; OpenStdin: boolean; Labels: Record<string, string> | null }
  HostConfig: {
    NetworkMode: string
    IpcMode: string
    CpuShares?: number
    CpuQuota?: number
    CpuPeriod?: number
    Memory?: number
  }
  NetworkSettings?: { Networks?: Record<string, { IPAddress?: string }> | null }
}

export interface ImageInspection {
  Id: string
  RepoTags: string[] | null
  RepoDigests: string[] | null
  Size: number
  Config?: { User?: string } | null
}

export interface NetworkInspection {
  Id: string
  Name: string
  IPAM?: { Config?: { Subnet?: string; Gateway?: string }[] | null }
  Options?: Record<string, string> | null
  Labels?: Record<string, string> | null
}

export interface VolumeInspection {
  Name: string
  Mountpoint: string
  Labels?: Record<string, string> | null
}

export interface EngineEvent {
  Type?: string
  Action?: string
  id?: string
  Actor?: { ID?: string; Attributes?: Record<string, string> }
}

export interface StatsSample {
  read: string
  cpu_stats?: { cpu_usage?: { total_usage?: number } }
  memory_stats?: {
    usage?: number
    stats?: { inactive_file?: number; total_inactive_file?: number }
  }
}
