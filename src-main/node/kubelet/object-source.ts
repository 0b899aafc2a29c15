import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  Service,
} from '#kubernetes/api/core-v1.ts'

/** The API objects that pods refer to. What isn't there is undefined. */
export interface ObjectSource {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>
  secret(namespace: string, name: string): Promise<Secret | undefined>
  claim(namespace: string, name: string): Promise<PersistentVolumeClaim | undefined>
  volume(name: string): Promise<PersistentVolume | undefined>
  /** What pods of a namespace see as variables: its Services, and `kubernetes` of the default namespace. */
  services(namespace: string): Service[]
}
