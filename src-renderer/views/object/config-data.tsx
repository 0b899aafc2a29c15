import { Copy } from 'lucide-react'
import type { ObjectBody } from '../../../src-main/contract/objects.ts'
import { IconButton } from '../../components/button.tsx'
import { formatCount } from '../../components/format.ts'
import { copyText } from '../shared/copy.ts'
import styles from './data.module.css'
import { Value } from './data-value.tsx'

/** The settings of a ConfigMap as they are. */
export function ConfigData({ body }: { body: ObjectBody }) {
  const entries = Object.entries((body['data'] as Record<string, string> | undefined) ?? {})
  const binary = Object.entries((body['binaryData'] as Record<string, string> | undefined) ?? {})
  return (
    <section className={styles['section']}>
      <h3>
        Data <span>{entries.length + binary.length}</span>
      </h3>
      {entries.map(([key, value]) => (
        <div key={key} className={styles['entry']}>
          <div className={styles['head']}>
            <code>{key}</code>
            <IconButton
              small
              icon={Copy}
              label={`Copy ${key}`}
              onPress={() => void copyText(value, `Value of ${key}`)}
            />
          </div>
          <Value text={value} />
        </div>
      ))}
      {binary.map(([key, value]) => (
        <div key={key} className={styles['entry']}>
          <div className={styles['head']}>
            <code>{key}</code>
            <span>binary, {formatCount(bytesOf(value))} bytes</span>
            <IconButton
              small
              icon={Copy}
              label={`Copy ${key} as base64`}
              onPress={() => void copyText(value, `Value of ${key} as base64`)}
            />
          </div>
        </div>
      ))}
    </section>
  )
}

/** How many bytes base64 stands for. */
const bytesOf = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.length - base64.replace(/=+$/, '').length)
