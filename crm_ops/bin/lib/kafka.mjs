import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { aptInstall, onPath } from './apt.mjs';
import { lastLines, runToEnd } from './child.mjs';
import { exclusively } from './lock.mjs';
import { Cure, progress } from './print.mjs';

/** Kafka 4's servers are compiled for it. */
const RELEASE = 17;
/** Newest first: which of them exists depends on the age of the system. */
const JAVA_PACKAGES = ['openjdk-21-jre-headless', 'openjdk-17-jre-headless', 'default-jre-headless'];

/** The release in what `java -version` says, or 0. */
export function javaRelease(said) {
  const found = /version "(\d+)(?:\.(\d+))?/.exec(said);
  return found ? Number(found[1] === '1' ? found[2] : found[1]) : 0;
}

/** A Java that is new enough, and what it says of itself; undefined when there is none. */
export async function findJava(env = process.env) {
  const folders = [...(env.JAVA_HOME ? [path.join(env.JAVA_HOME, 'bin')] : []), ...(env.PATH ?? '').split(path.delimiter)];
  for (const folder of folders) {
    const file = path.join(folder, 'java');
    if (!folder || !fs.existsSync(file)) continue;
    const { code, tail } = await runToEnd(file, ['-version'], { timeoutSeconds: 30 });
    if (code === 0 && javaRelease(tail) >= RELEASE) return { file, said: tail };
  }
  return undefined;
}

async function ensureJava() {
  let found = await findJava();
  for (const name of found ? [] : JAVA_PACKAGES) {
    if (await aptInstall(name, `installing Java (${name}) for Kafka`)) found = await findJava();
    if (found) break;
  }
  if (found) return found;
  throw new Cure(`Kafka needs Java ${RELEASE} or newer, and none was found: install it (Debian and Ubuntu: apt-get install openjdk-17-jre-headless), or name its folder in JAVA_HOME.`);
}

async function ensureMaven() {
  const found = onPath(['mvn']);
  if (found) return found;
  await aptInstall('maven', 'installing Maven for the jars of Kafka');
  const installed = onPath(['mvn']);
  if (installed) return installed;
  throw new Cure('The jars of Kafka are resolved by Maven, and mvn was not found: install it (Debian and Ubuntu: apt-get install maven).');
}

function adviceFor(tail) {
  const said = `\n${lastLines(tail)}`;
  if (/No space left/.test(tail)) return `The disk is full: free about 300 MB and start again.${said}`;
  if (/Could not find artifact/.test(tail)) return `A jar of crm_ops/kafka/pom.xml is not in Maven's repository: check the versions there.${said}`;
  return `The jars of Kafka could not be resolved: check the network, or name a mirror of Maven Central in ~/.m2/settings.xml, and start again.${said}`;
}

const hash = (...parts) => parts.reduce((sum, part) => sum.update(part).update('\0'), createHash('sha256')).digest('hex');
const isStamped = (file, value) => fs.existsSync(file) && fs.readFileSync(file, 'utf8') === value;

/** Jars without which nothing of the distributed profile starts. */
const NEEDED_JARS = ['kafka_2.13-', 'connect-runtime-', 'debezium-connector-postgres-'];

/** What a folder of jars of the reader's own holds, in one text. */
function ownJars(folder) {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.jar')).sort() : [];
  const missing = NEEDED_JARS.find((needed) => !names.some((name) => name.startsWith(needed)));
  if (missing) throw new Cure(`CRM_KAFKA_JARS names ${folder}, where ${missing}*.jar is not: put there all jars that crm_ops/kafka/pom.xml asks for, or unset it to have Maven resolve them.`);
  return hash(folder, ...names);
}

/** Resolves crm_ops/kafka/pom.xml into crm_ops/kafka/target/lib with the machine's own Maven and its settings, unless CRM_KAFKA_JARS names another folder. */
async function ensureJars(root, folder, target) {
  // As the programs read it: from the root of the repository.
  if (process.env.CRM_KAFKA_JARS) return ownJars(path.resolve(root, process.env.CRM_KAFKA_JARS));
  const pom = path.join(folder, 'pom.xml');
  const wanted = hash(fs.readFileSync(pom));
  const stamp = path.join(target, 'lib.sha256');
  const lib = path.join(target, 'lib');
  if (isStamped(stamp, wanted) && fs.existsSync(lib)) return wanted;
  const mvn = await ensureMaven();
  const label = 'resolving Kafka, Connect and Debezium (mvn)';
  progress(label);
  const draft = path.join(target, 'lib.draft');
  // One failed download must not fail a whole run; a real reason fails twice.
  for (let left = 2; ; ) {
    fs.rmSync(draft, { recursive: true, force: true });
    const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${draft}`, '-DincludeScope=runtime'];
    const { code, tail, seconds } = await runToEnd(mvn, args, { cwd: folder, label, timeoutSeconds: 600 });
    if (code === 0) {
      progress(`${label}: done in ${seconds} s`);
      break;
    }
    left -= 1;
    if (left === 0) throw new Cure(adviceFor(tail));
  }
  fs.rmSync(lib, { recursive: true, force: true });
  fs.renameSync(draft, lib);
  fs.writeFileSync(stamp, wanted);
  return wanted;
}

/**
 * Makes the distributed profile's servers runnable: Java, the jars and, once for this Java, an archive of loaded classes that takes
 * two fifths off every start. Needs the compiled services.
 * @throws Cure when something is missing that cannot be installed from here.
 */
export async function ensureKafka(root) {
  await exclusively(path.join(root, '.crm_build'), 'kafka', async () => {
    const folder = path.join(root, 'crm_ops', 'kafka');
    const target = path.join(folder, 'target');
    fs.mkdirSync(target, { recursive: true });
    const java = await ensureJava();
    const jars = await ensureJars(root, folder, target);
    const wanted = hash(jars, java.said);
    const stamp = path.join(target, 'archive.sha256');
    if (isStamped(stamp, wanted)) return;
    const label = 'archiving the classes of Kafka for faster starts';
    progress(label);
    const { code, tail } = await runToEnd(process.execPath, [path.join(root, 'crm_cdc/dist/sources/kafka/local/archive.cli.js')], { cwd: root, label, timeoutSeconds: 300 });
    // Without the archive everything works, only slower: worth a word, not a stop.
    if (code !== 0) progress(`no archive was made; starts take longer\n${lastLines(tail, 3)}`);
    else fs.writeFileSync(stamp, wanted);
  });
}
