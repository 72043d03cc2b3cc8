// Every call of the official TypeScript client, with every way to send a key, valid and invalid; prints what came of each.
// Compiled together with what /types/typescript answers (dtos.ts), so that those types are checked too.
import { JsonApiClient, JsonServiceClient, ResponseStatus } from "@servicestack/client";
import {
    CustomerLinkCreateRequest, CustomerLinkCreateResponse, CustomerLinkListRequest, CustomerLinkListResponse
} from "./dtos.js";

declare const process: { argv: string[] };

const [baseUrl, key] = process.argv.slice(2);
const uid = "0123456789abcdef0123456789abcdef";

const keys: Record<string, (client: JsonServiceClient) => void> = {
    bearer: client => { client.bearerToken = key; },
    header: client => { client.headers.set("X-Api-Key", key); },
    basic: client => client.setCredentials(key, ""),
    wrong: client => { client.bearerToken = "wrong"; },
    none: () => {},
};

type Call = (client: JsonServiceClient, request: CustomerLinkCreateRequest) => Promise<CustomerLinkCreateResponse>;

const apiClient = (client: JsonServiceClient): JsonServiceClient =>
    JsonApiClient.create(baseUrl, c => {
        c.bearerToken = client.bearerToken;
        c.setCredentials(client.userName, client.password);
        const header = client.headers.get("X-Api-Key");
        if (header) c.headers.set("X-Api-Key", header);
    });

async function answered(result: Promise<{ response?: CustomerLinkCreateResponse, error?: ResponseStatus }>) {
    const { response, error } = await result;
    if (error) throw { responseStatus: error };
    return response!;
}

function form(request: CustomerLinkCreateRequest): FormData {
    const data = new FormData();
    for (const [name, value] of Object.entries(request)) if (value !== undefined) data.append(name, String(value));
    return data;
}

const calls: Record<string, Call> = {
    post: (client, request) => client.post(request),
    send: (client, request) => client.send(request),
    api: (client, request) => answered(client.api(request)),
    "old base path": (client, request) => client.useBasePath().post(request),
    "explicit URL": (client, request) => client.postToUrl("/v1/customerlink", request),
    suffix: (client, request) => client.postToUrl("/v1/customerlink.json", request),
    batch: async (client, request) => (await client.sendAll([request, request]))[1],
    "old batch": async (client, request) => (await client.useBasePath().sendAll([request, request]))[1],
    "one-way": (client, request) => client.useBasePath().sendOneWay(request),
    "one-way batch": async (client, request) => {
        await client.useBasePath().sendAllOneWay([request]);
        return client.post(request);
    },
    form: (client, request) => client.postBody(request, form(request)),
    "api form": (client, request) => answered(client.apiForm(request, form(request))),
    "url-encoded": (client, request) => {
        client.headers.set("Content-Type", "application/x-www-form-urlencoded");
        return client.postBody(request, new URLSearchParams(form(request) as any).toString());
    },
    jsonapi: (client, request) => apiClient(client).post(request),
};

async function outcome(call: () => Promise<unknown>): Promise<unknown> {
    try {
        return { response: await call() };
    } catch (error: any) {
        return { error: error.responseStatus ?? String(error) };
    }
}

function clientWith(name: string): JsonServiceClient {
    const client = new JsonServiceClient(baseUrl);
    keys[name](client);
    return client;
}

const results: Record<string, unknown> = {};
for (const [call, make] of Object.entries(calls)) {
    for (const name of Object.keys(keys)) {
        for (const maxViews of name == "bearer" ? [5, 1001] : [5]) {
            const request = new CustomerLinkCreateRequest({
                resourceType: "Invoice", resourceUid: uid, recipientEmail: "jane@example.com", deliverEmail: true, maxViews
            });
            results[`${call}/${name}/${maxViews}`] = await outcome(() => make(clientWith(name), request));
        }
    }
}
const list = new CustomerLinkListRequest({ resourceType: "Invoice", resourceUid: uid });
const listed: Record<string, () => Promise<CustomerLinkListResponse>> = {
    get: () => clientWith("bearer").get(list),
    api: async () => (await clientWith("bearer").api(list)).response!,
    url: () => clientWith("bearer").get(`/v1/customerlink/resource/Invoice/${uid}`),
};
for (const [name, make] of Object.entries(listed)) results[`list/${name}`] = await outcome(make);
console.log(JSON.stringify(results));
