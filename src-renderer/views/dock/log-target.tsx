import { Select } from '../../components/select.tsx'
import { type LogTab, retarget } from '../shared/dock-store.ts'

const everything = '*'

/** Whose log shows: one container, or all of them in one view. */
export function LogTarget({ tab }: { tab: LogTab }) {
  const { target, pods, all } = tab
  const pod = pods.find(({ name }) => name === target.pod)
  const containers = pod?.containers ?? [target.container]
  const isPod = tab.of.resource.resource === 'pods'
  const choosePod = (name: string) => {
    if (name === everything) return retarget(tab.id, target, true)
    const others = pods.find(one => one.name === name)?.containers ?? []
    const container = others.includes(target.container) ? target.container : (others[0] ?? '')
    retarget(tab.id, { ...target, pod: name, container }, false)
  }
  return (
    <>
      {!isPod && (
        <Select
          pick
          label="Pod"
          options={[
            { id: everything, label: 'All pods' },
            ...pods.map(({ name }) => ({ id: name, label: name })),
          ]}
          value={all ? everything : target.pod}
          onChange={choosePod}
        />
      )}
      {(isPod || !all) && (
        <Select
          pick
          label="Container"
          options={[
            ...(isPod && containers.length > 1
              ? [{ id: everything, label: 'All containers' }]
              : []),
            ...containers.map(name => ({ id: name, label: name })),
          ]}
          value={all ? everything : target.container}
          onChange={container =>
            container === everything
              ? retarget(tab.id, target, true)
              : retarget(tab.id, { ...target, container }, false)
          }
        />
      )}
    </>
  )
}
