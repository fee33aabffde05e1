// A thin client on fetch for browsers and Node: paths, parameters, bodies and answers are those of the contract
// (schema.ts is generated from openapi.yaml), errors are problem documents, and what is safe to repeat is repeated.
import type { components, paths } from "./schema.ts";

export type Schemas = components["schemas"];
type Method = "get" | "post" | "patch" | "delete";

/** Paths that have an operation of the method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = paths[P] extends Record<M, infer O> ? O : never;
type Parameters_<O> = O extends { parameters: infer P } ? P : Record<never, never>;
type Part<O, K extends string> = K extends keyof Parameters_<O> ? Exclude<Parameters_<O>[K], undefined> : Record<never, never>;
type BodyOf<O> = O extends { requestBody?: { content: infer C } } ? C[keyof C] : never;
type Json<C> = C extends { "application/json": infer J } ? J : undefined;
type Success<R> = { [S in keyof R & (200 | 201 | 202)]: R[S] extends { content: infer C } ? Json<C> : undefined }[keyof R & (200 | 201 | 202)];

/** What a successful call gives: the body, undefined where there is none. */
export type Answer<M extends Method, P extends keyof paths> = Operation<M, P> extends { responses: infer R } ? Success<R> : never;

type Path<O> = [Part<O, "path">] extends [never] ? { path?: never } : { path: Part<O, "path"> };
type Query<O> = [Part<O, "query">] extends [never] ? { query?: never } : { query?: Part<O, "query"> };
type Body<O> = [BodyOf<O>] extends [never] ? { body?: never } : { body: BodyOf<O> };

export type Options<M extends Method, P extends keyof paths> = Path<Operation<M, P>> & Query<Operation<M, P>> & Body<Operation<M, P>> & {
  /** The ETag of what the caller saw; needed by PATCH and by steps that decide. */
  ifMatch?: string;
  /** The ETag of the answer the caller has; an unchanged one gives status 304 and no body. */
  ifNoneMatch?: string;
  /** Makes a POST safe to repeat; drawn at random when left out. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/** A call that was answered. */
export interface Result<T> {
  status: number;
  data: T;
  etag: string | null;
  location: string | null;
}

/** A problem document (RFC 9457): act on `code`, show `title`, mark the fields in `errors`. */
export class NetralProblem extends Error {
  readonly problem: Schemas["Problem"];
  constructor(problem: Schemas["Problem"]) {
    super(`${problem.status} ${problem.code}: ${problem.title}`);
    this.name = "NetralProblem";
    this.problem = problem;
  }
  get code(): string { return this.problem.code; }
  get status(): number { return this.problem.status; }
}

export interface Settings {
  /** Where the server is, without /api/v1. */
  server: string;
  /** Gives the access token for a call; undefined calls without one. */
  token?: () => Promise<string | undefined> | string | undefined;
  language?: "id" | "en";
  /** How often a call is tried that met 429, 503 or a broken connection. */
  tries?: number;
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export class Netral {
  readonly #settings: Settings;
  constructor(settings: Settings) { this.#settings = settings; }

  get<P extends PathsOf<"get">>(path: P, ...[options]: Optional<Options<"get", P>>) { return this.#call("get", path, options); }
  post<P extends PathsOf<"post">>(path: P, ...[options]: Optional<Options<"post", P>>) { return this.#call("post", path, options); }
  patch<P extends PathsOf<"patch">>(path: P, ...[options]: Optional<Options<"patch", P>>) { return this.#call("patch", path, options); }
  delete<P extends PathsOf<"delete">>(path: P, ...[options]: Optional<Options<"delete", P>>) { return this.#call("delete", path, options); }

  /** The items of a list, page by page until its end. */
  async *items<P extends PathsOf<"get">>(path: P, ...[options]: Optional<Options<"get", P>>): AsyncGenerator<Item<Answer<"get", P>>> {
    let cursor: string | undefined;
    do {
      const query: Record<string, unknown> = { ...options?.query, ...(cursor === undefined ? {} : { cursor }) };
      const page = (await this.#call("get", path, { ...options, query } as unknown as Options<"get", P>)).data as
        { items?: Item<Answer<"get", P>>[]; next_cursor?: string } | undefined;
      yield* page?.items ?? [];
      cursor = page?.next_cursor;
    } while (cursor !== undefined);
  }

  /** Asks for a token as OAuth 2 does: password, refresh_token or client_credentials. */
  async signIn(form: Schemas["TokenInput"]): Promise<Schemas["AccessToken"]> {
    const body = new URLSearchParams(Object.entries(form).filter(([, v]) => v !== undefined) as [string, string][]);
    const answer = await this.#send(new URL("/api/v1/auth/token", this.#settings.server), { method: "POST", body });
    return (await answer.json()) as Schemas["AccessToken"];
  }

  async #call<M extends Method, P extends keyof paths>(method: M, path: P, options?: Options<M, P>): Promise<Result<Answer<M, P>>> {
    const o = (options ?? {}) as { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown; ifMatch?: string; ifNoneMatch?: string; idempotencyKey?: string; signal?: AbortSignal };
    const url = new URL("/api/v1" + String(path).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(o.path?.[name] ?? "")), this.#settings.server);
    for (const [name, value] of Object.entries(o.query ?? {})) {
      for (const v of Array.isArray(value) ? value : [value]) if (v !== undefined) url.searchParams.append(name, String(v));
    }
    const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
    if (this.#settings.language) headers["Accept-Language"] = this.#settings.language;
    if (o.ifMatch) headers["If-Match"] = o.ifMatch;
    if (o.ifNoneMatch) headers["If-None-Match"] = o.ifNoneMatch;
    if (method === "post") headers["Idempotency-Key"] = o.idempotencyKey ?? crypto.randomUUID();
    const init: RequestInit = { method: method.toUpperCase(), headers };
    if (o.signal) init.signal = o.signal;
    if (o.body !== undefined) {
      headers["Content-Type"] = method === "patch" ? "application/merge-patch+json" : "application/json";
      init.body = JSON.stringify(o.body);
    }
    const answer = await this.#send(url, init);
    const text = answer.status === 204 || answer.status === 304 ? "" : await answer.text();
    return { status: answer.status, data: (text === "" ? undefined : JSON.parse(text)) as Answer<M, P>, etag: answer.headers.get("ETag"), location: answer.headers.get("Location") };
  }

  /** Sends once or, where the server asks for patience or cannot be reached, again: POSTs carry a key, so nothing is done twice. */
  async #send(url: URL, init: RequestInit): Promise<Response> {
    const tries = this.#settings.tries ?? 5;
    for (let n = 1; ; n++) {
      const token = init.body instanceof URLSearchParams ? undefined : await this.#settings.token?.();
      const headers = { ...(init.headers as Record<string, string> | undefined), ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
      let answer: Response;
      try {
        answer = await fetch(url, { ...init, headers });
      } catch (broken) {
        if (n >= tries || init.signal?.aborted) throw broken;
        await pause(Math.random() * 200 * 2 ** n);
        continue;
      }
      if (answer.ok || answer.status === 304) return answer;
      const problem = (await answer.json().catch(() => undefined)) as Schemas["Problem"] | undefined;
      if ((answer.status === 429 || answer.status === 503) && n < tries) {
        await pause(1000 * Number(answer.headers.get("Retry-After") ?? n) + Math.random() * 200);
        continue;
      }
      throw new NetralProblem(problem ?? { type: "about:blank", title: answer.statusText || "error", status: answer.status, code: "http.error" });
    }
  }
}

type Item<T> = T extends { items: (infer I)[] } ? I : never;
type Optional<T> = Record<never, never> extends T ? [options?: T] : [options: T];
