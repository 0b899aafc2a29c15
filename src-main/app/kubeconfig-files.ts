import { kubeconfigPaths } from '#clusters/kubeconfig.ts'

/** The kubeconfig files whose contexts the window shows: what `--kubeconfig` says, else those of kubectl. */
export function kubeconfigFiles(
  option: string | undefined,
  env: Record<string, string | undefined>,
  home: string,
): string[] {
  if (option === 'none') return []
  return option ? [option] : kubeconfigPaths(env, home)
}
