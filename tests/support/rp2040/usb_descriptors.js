// Whether a CDC device's descriptors say what they must, and fit each other. Universal Serial Bus
// Specification 2.0, 9.6; USB CDC 1.2, 5.2.3.

const [INTERFACE, ENDPOINT, CS_INTERFACE, ASSOCIATION] = [4, 5, 0x24, 11];
const [BULK, INTERRUPT] = [2, 3];

// A configuration's descriptors, one after the other; none if they don't end where it ends.
function parts(configuration) {
  const found = [];
  let place = 0;
  while (place + 1 < configuration.length && configuration[place] >= 2) {
    found.push(configuration.slice(place, place + configuration[place]));
    place += configuration[place];
  }
  return place === configuration.length ? found : [];
}

export function checkDevice(device, head, configuration, faults) {
  const demand = (holds, what) => holds || faults.report(`descriptor: ${what}`, `not so: ${what}`);
  const all = parts(configuration);
  demand(
    device?.length === 18 && device[0] === 18 && device[1] === 1,
    "a device descriptor of 18 bytes",
  );
  demand([0x110, 0x200].includes(device[2] | (device[3] << 8)), "USB 1.1 or 2.0");
  demand(device[7] === 64, "endpoint 0 takes 64 bytes");
  demand(device[17] === 1, "one configuration");
  demand(
    String(head) === String(configuration.slice(0, 9)),
    "the configuration starts alike each time",
  );
  demand(
    configuration.length === (head[2] | (head[3] << 8)),
    "the configuration is as long as it says",
  );
  demand(all.length > 0, "the configuration's parts end where it ends");
  if (!all.length) return;
  demand((configuration[7] & 0x80) !== 0, "bit 7 of the configuration's attributes is set");
  demand(configuration[8] <= 250, "at most 500 mA");
  const interfaces = all.filter((part) => part[1] === INTERFACE);
  demand(configuration[4] === 2 && interfaces.length === 2, "two interfaces");
  demand(
    interfaces.every((part, number) => part[2] === number),
    "interfaces have numbers in turn",
  );
  const endpoints = all.filter((part) => part[1] === ENDPOINT);
  const promised = interfaces.reduce((sum, part) => sum + part[4], 0);
  demand(endpoints.length === promised, "as many endpoints as the interfaces say");
  demand(new Set(endpoints.map((part) => part[2])).size === endpoints.length, "endpoints differ");
  demand(interfaces[0][5] === 2 && interfaces[0][6] === 2, "the first interface is CDC ACM's");
  demand(interfaces[1]?.[5] === 10, "the second interface carries CDC data");
  const functional = all.filter((part) => part[1] === CS_INTERFACE);
  for (const kind of [0, 1, 2, 6])
    demand(
      functional.some((part) => part[2] === kind),
      `a functional descriptor of kind ${kind}`,
    );
  const union = functional.find((part) => part[2] === 6) ?? [];
  demand(union[3] === 0 && union[4] === 1, "the union joins interfaces 0 and 1");
  const joined = all.some((part) => part[1] === ASSOCIATION);
  const as = [...device.slice(4, 7)].join();
  demand(as === (joined ? "239,2,1" : "2,0,0"), "the device's class fits its interfaces");
  for (const part of endpoints) {
    const size = part[4] | (part[5] << 8);
    const kind = part[3] & 3;
    demand(kind === BULK ? [8, 16, 32, 64].includes(size) : size <= 64, "endpoints' packets fit");
    demand(kind !== INTERRUPT || part[6] > 0, "an interrupt endpoint has an interval");
  }
}

// The numbers of the endpoints that carry data, and of the interface that is asked for the line.
export function endpointsOf(configuration) {
  const bulk = parts(configuration).filter(
    (part) => part[1] === ENDPOINT && (part[3] & 3) === BULK,
  );
  const number = (from) => (bulk.find((part) => (part[2] & 0x80) === from)?.[2] ?? 0) & 15;
  return { in_endpoint: number(0x80), out_endpoint: number(0), control_interface: 0 };
}

export function checkText(descriptor, faults) {
  const fine = descriptor && descriptor[1] === 3 && descriptor[0] === descriptor.length;
  if (!fine || descriptor.length % 2) {
    faults.report(
      "descriptor: text",
      "a text's descriptor is missing or as long as it doesn't say",
    );
    return null;
  }
  return Buffer.from(descriptor.slice(2)).toString("utf16le");
}
