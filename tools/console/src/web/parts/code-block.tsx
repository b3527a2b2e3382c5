import styles from './code-block.module.css'
import { CopyButton } from './copy-button.tsx'

/** A statement or command to read and to copy. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <div className={styles.block}>
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  )
}
