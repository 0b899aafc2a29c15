import type { OutputOf } from '#contract/contract.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import type { FakeTable } from './fake-table.ts'

const most = 9

/** Rows of any table whose name holds the text, workloads before pods. */
export function fakeFind(
  tables: ReadonlyMap<string, FakeTable>,
  resources: readonly ResourceInfo[],
  text: string,
): OutputOf<'objects.find'> {
  const order = ['deployments', 'services', 'pods']
  const found = resources
    .toSorted((a, b) => rank(order, a.resource) - rank(order, b.resource))
    .flatMap(({ group, version, resource, kind }) =>
      [...(tables.get(`${group}/${version}/${resource}`)?.rows.values() ?? [])]
        .filter(row => row.name.includes(text))
        .map(({ name, namespace, status }) => ({
          resource: { group, version, resource },
          kind,
          name,
          ...(namespace && { namespace }),
          ...(status && { status }),
        })),
    )
  return { found: found.slice(0, most), more: Math.max(0, found.length - most) }
}

const rank = (order: readonly string[], resource: string) =>
  order.includes(resource) ? order.indexOf(resource) : order.length
