// Imported first by every script: says plainly that Node.js is too old, before anything else breaks on it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Pagewalk needs Node.js 20.19 or newer, this is ${process.versions.node}: please update Node.js.\n`,
  );
  process.exit(1);
}
