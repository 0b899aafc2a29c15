import { Copy, Eye, EyeOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { OutputOf } from '../../../src-main/contract/contract.ts'
import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import { useCore } from '../../bridge/hooks.ts'
import { IconButton } from '../../components/button.tsx'
import { Note } from '../../components/states.tsx'
import { copyText } from '../shared/copy.ts'
import { messageOf } from '../shared/operations.ts'
import styles from './data.module.css'
import { Value } from './data-value.tsx'

type Revealed = OutputOf<'objects.revealSecret'>

const hidden = '••••••••'

/** The values of a Secret: hidden until they are asked for, and forgotten when the object is left. */
export function SecretData({ object, body }: { object: ObjectName; body: ObjectBody }) {
  const core = useCore()
  const [values, setValues] = useState<Revealed>()
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set())
  const [error, setError] = useState<string>()
  const identity = JSON.stringify(object)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another object, or another version of it, hides everything
  useEffect(() => {
    setValues(undefined)
    setShown(new Set())
  }, [identity, body])

  const read = async (): Promise<Revealed | undefined> => {
    if (values) return values
    try {
      const read = await core.call('objects.revealSecret', object)
      setValues(read)
      setError(undefined)
      return read
    } catch (problem) {
      setError(messageOf(problem))
      return undefined
    }
  }
  const toggle = async (key: string) => {
    if (!(await read())) return
    setShown(now =>
      now.has(key) ? new Set([...now].filter(one => one !== key)) : new Set([...now, key]),
    )
  }
  const copy = async (key: string) => {
    const value = (await read())?.[key]
    if (value) await copyText(value.value, `Value of ${key}`)
  }
  const keys = Object.keys((body['data'] as Record<string, string> | undefined) ?? {})
  return (
    <section className={styles['section']}>
      <h3>
        Values <span>{keys.length}</span>
      </h3>
      {error && <Note tone="bad">The values couldn’t be read: {error}</Note>}
      {keys.map(key => {
        const value = shown.has(key) ? values?.[key] : undefined
        return (
          <div key={key} className={styles['entry']}>
            <div className={styles['head']}>
              <code>{key}</code>
              {value?.binary && <span>binary, as base64</span>}
              <IconButton
                small
                icon={value ? EyeOff : Eye}
                label={value ? `Hide ${key}` : `Reveal ${key}`}
                onPress={() => void toggle(key)}
              />
              <IconButton small icon={Copy} label={`Copy ${key}`} onPress={() => void copy(key)} />
            </div>
            <Value text={value ? value.value : hidden} />
          </div>
        )
      })}
    </section>
  )
}
