import { Copy } from 'lucide-react'
import type { ObjectBody } from '../../../src-main/contract/objects.ts'
import { IconButton } from '../../components/button.tsx'
import { copyText } from '../shared/copy.ts'
import styles from './data.module.css'

/** The settings of a ConfigMap as they are. */
export function ConfigData({ body }: { body: ObjectBody }) {
  const entries = Object.entries((body['data'] as Record<string, string> | undefined) ?? {})
  const binary = Object.keys((body['binaryData'] as Record<string, string> | undefined) ?? {})
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
          <pre className={styles['value']}>{value}</pre>
        </div>
      ))}
      {binary.map(key => (
        <div key={key} className={styles['head']}>
          <code>{key}</code>
          <span>binary</span>
        </div>
      ))}
    </section>
  )
}
