// Uses the embedded database of a directory until standard input ends.
const { startEmbedded } = await import(new URL('../../dist/db/embedded.js', import.meta.url).href)

const [dir = '', refuge] = process.argv.slice(2)
const { stop, ...embedded } = await startEmbedded({ dir, durable: false, fallbackDirs: refuge ? [refuge] : undefined })
console.log(JSON.stringify(embedded))
process.stdin.on('end', async () => {
  await stop()
  process.exit(0)
})
process.stdin.resume()
