// A civil servant signs the neutrality pact: who am I, what must I sign, read it, sign it, keep the receipt. Running it again
// finds the signature that is there.
//
//   API_SERVER=http://127.0.0.1:8080 API_TOKEN=… node signer.mts        with a token got elsewhere
//   API_SERVER=… API_USER=… API_PASSWORD=… node signer.mts           with e-mail or NIP and password
import { env } from "node:process";
import { Netral } from "../../api/typescript/client.ts";

const server = env["API_SERVER"] ?? "http://127.0.0.1:8080";
const token = env["API_TOKEN"] ?? (await new Netral({ server }).signIn({
  grant_type: "password", username: env["API_USER"] ?? "", password: env["API_PASSWORD"] ?? "",
})).access_token;
const netral = new Netral({ server, token: () => token });

const me = (await netral.get("/me")).data;
console.log(`Masuk sebagai ${me.name}`);

for await (const pact of netral.items("/me/pacts")) {
  if (!pact.allowed_steps.includes("signature")) {
    console.log(`${pact.title}: ${pact.signature ? "sudah ditandatangani, tanda terima " + pact.signature.receipt_code : pact.campaign_state}`);
    continue;
  }
  console.log(`${pact.title}\n\n${pact.text.body}\n`);
  const signed = await netral.post("/pact-signatures", { body: { campaign_id: pact.campaign_id, text_sha256: pact.text.text_sha256, consent: true } });
  console.log(`Ditandatangani pada ${signed.data.signed_on}; tanda terima ${signed.data.receipt_code}`);
}
