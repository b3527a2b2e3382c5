/** Waits until something answers HTTP on a port. @throws Error when nothing does */
export async function answering(port: number, name: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${name} does not answer on port ${port}.`)
}
