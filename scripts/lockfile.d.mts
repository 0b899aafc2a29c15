export interface LockedPackage {
  version?: string
  dev?: boolean
  optionalDependencies?: Record<string, string>
}
export function findMissing(packages: Record<string, LockedPackage>): Record<string, object>
