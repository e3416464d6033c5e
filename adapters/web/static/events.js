// Server-sent events from a fetch response, one by one: {kind, id, data}. EventSource cannot post, so this reads them.

const SILENCE = 40_000; // ms: the server gives a sign of life every 15 s

export async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  try {
    for (;;) {
      const { value, done } = await inTime(reader.read());
      if (done) return;
      buffer += value;
      const parts = buffer.split("\n\n");
      buffer = parts.pop();
      for (const part of parts) {
        const event = parse(part);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // the stream may be broken already; there is nothing left to do with it
  }
}

function parse(part) {
  const event = { kind: "message", id: null, data: null };
  for (const line of part.split("\n")) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (line.startsWith("event:")) event.kind = value;
    else if (line.startsWith("id:")) event.id = value;
    else if (line.startsWith("data:")) event.data = JSON.parse(value);
  }
  return event.data ? event : null;
}

function inTime(promise) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the stream is silent")), SILENCE);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}

// Positions are "milliseconds-number": whether a comes after b.
export function isAfter(a, b) {
  const [aTime, aNumber] = a.split("-").map(Number);
  const [bTime, bNumber] = b.split("-").map(Number);
  return aTime > bTime || (aTime === bTime && aNumber > bNumber);
}
