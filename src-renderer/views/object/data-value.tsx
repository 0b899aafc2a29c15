import styles from './data.module.css'

/** The value of a key as it is; one without any text says so. */
export const Value = ({ text }: { text: string }) =>
  text ? <pre className={styles['value']}>{text}</pre> : <p className={styles['empty']}>empty</p>
