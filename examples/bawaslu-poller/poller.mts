// What became of the matters of a Bawaslu office, as lines of JSON, one a change. It keeps how far it has read in a file,
// so it may be stopped and killed at any time: a change is told at least once, in order, and none is lost.
//
//   API_SERVER=http://127.0.0.1:8080 API_CLIENT_ID=… API_CLIENT_SECRET=… node poller.mts [--once]
import { readFile, rename, writeFile } from "node:fs/promises";
import { argv, env, stdout } from "node:process";
import { Netral, NetralProblem } from "../../api/typescript/client.ts";

const need = (name: string): string => env[name] ?? (() => { throw new Error(`${name} is not set`); })();
const file = env["STATE_FILE"] ?? "poller.state.json";

/** How far we have read: the last change we told, and what of that instant. */
interface Place { since: string; told: string[] }

let token: { value: string; until: number } | undefined;
const netral = new Netral({
  server: need("API_SERVER"),
  token: async () => {
    if (!token || Date.now() > token.until) {
      const t = await anonymous.signIn({ grant_type: "client_credentials", client_id: need("API_CLIENT_ID"), client_secret: need("API_CLIENT_SECRET") });
      token = { value: t.access_token, until: Date.now() + (t.expires_in - 60) * 1000 };
    }
    return token.value;
  },
});
const anonymous = new Netral({ server: need("API_SERVER") });

async function load(): Promise<Place> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Place;
  } catch {
    return { since: "2000-01-01T00:00:00Z", told: [] };
  }
}

/** Written beside and moved into place: half a file is never read. */
async function save(place: Place): Promise<void> {
  await writeFile(file + ".new", JSON.stringify(place));
  await rename(file + ".new", file);
}

/** updated_since takes in its own instant, so what was told of it is left out. */
async function round(place: Place): Promise<Place> {
  for await (const s of netral.items("/case-statuses", { query: { updated_since: place.since } })) {
    const key = `${s.id} ${s.version}`;
    if (place.told.includes(key)) continue;
    stdout.write(JSON.stringify(s) + "\n");
    place = s.updated_at === place.since ? { since: place.since, told: [...place.told, key] } : { since: s.updated_at, told: [key] };
    await save(place);
  }
  return place;
}

let place = await load();
for (;;) {
  try {
    place = await round(place);
  } catch (e) {
    if (e instanceof NetralProblem && e.status === 401) token = undefined;
    else if (argv.includes("--once")) throw e;
    else console.error(e instanceof Error ? e.message : e);
  }
  if (argv.includes("--once")) break;
  await new Promise((done) => setTimeout(done, 60_000));
}
