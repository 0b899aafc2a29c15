import type { ReactNode } from 'react'
import { href } from '../../bridge/location.ts'
import type { ObjectLink } from '../../kinds/define-kind.ts'
import { findKind, useCluster } from '../shared/cluster.ts'

/** Leads to another object of the cluster; plain text where the cluster doesn't serve its kind. */
export function ObjectLinkTo({ link, children }: { link: ObjectLink; children: ReactNode }) {
  const { id, resources } = useCluster()
  const info = findKind(resources, link)
  if (!info) return <span>{children}</span>
  const { group, version, resource } = info
  const object = { name: link.name, ...(link.namespace && { namespace: link.namespace }) }
  return (
    <a
      href={href({
        page: 'list',
        cluster: id,
        resource: { group, version, resource },
        list: { filter: '' },
        object,
      })}
    >
      {children}
    </a>
  )
}
