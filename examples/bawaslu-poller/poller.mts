// Follows the feed of a Bawaslu office (GET /changes) and writes a line of JSON for every change: the change, and the matter
// as it stands now. It keeps how far it has read in a file, so it may be stopped and killed at any time: a change is told at
// least once, those of one matter in their order, and none is lost.
//
//   API_SERVER=http://127.0.0.1:8080 API_CLIENT_ID=… API_CLIENT_SECRET=… node poller.mts [--once]
import { readFile, rename, writeFile } from "node:fs/promises";
import { argv, env, stdout } from "node:process";
import { Netral, NetralProblem } from "../../api/typescript/client.ts";

const need = (name: string): string => env[name] ?? (() => { throw new Error(`${name} is not set`); })();
const file = env["STATE_FILE"] ?? "poller.state.json";

const once = argv.includes("--once");

/** How far we have read: behind which cursor, and what we told of the page that follows it. */
interface Place { cursor?: string; told: string[] }

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
    return { told: [] };
  }
}

/** Written beside and moved into place: half a file is never read. */
async function save(place: Place): Promise<void> {
  await writeFile(file + ".new", JSON.stringify(place));
  await rename(file + ".new", file);
}

/** The matter of a change; one that is out of our reach by now has no state for us. */
async function matter(caseStatusId: string) {
  try {
    return (await netral.get("/case-statuses/{caseStatusId}", { path: { caseStatusId } })).data;
  } catch (e) {
    if (e instanceof NetralProblem && e.status === 404) return undefined;
    throw e;
  }
}

/** Page by page until there is nothing new; the server holds an answer that would be empty for up to 25 seconds. */
async function round(): Promise<void> {
  for (;;) {
    const { data } = await netral.get("/changes", { query: { ...(place.cursor === undefined ? {} : { cursor: place.cursor }), wait: once ? 0 : 25 } });
    for (const change of data.items) {
      if (place.told.includes(change.id)) continue;
      stdout.write(JSON.stringify({ change, matter: await matter(change.data.id) }) + "\n");
      place.told.push(change.id);
      await save(place);
    }
    place = { cursor: data.resume_cursor, told: [] };
    await save(place);
    if (data.items.length === 0) return;
  }
}

let place = await load();
for (;;) {
  try {
    await round();
  } catch (e) {
    if (e instanceof NetralProblem && e.status === 401) token = undefined;
    if (once) throw e;
    console.error(e instanceof Error ? e.message : e);
    await new Promise((done) => setTimeout(done, 5_000));
  }
  if (once) break;
}
