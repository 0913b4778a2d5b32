// Reads a UF2 file as the boot ROM takes it. The format: github.com/microsoft/uf2.

const BLOCK = 512;
const PAGE = 256;
const RP2040_FAMILY = 0xe48bff56;
const HAS_FAMILY = 0x2000;
const FLASH = 0x10000000;

// The bytes that go to flash, from 0x10000000 on, unwritten ones 0xFF. What the ROM wouldn't take
// is an Error.
export function readUf2(file, flashBytes) {
  const flash = new Uint8Array(flashBytes).fill(0xff);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const refuse = (block, why) => {
    throw new Error(`block ${block} of the UF2 file ${why}`);
  };
  const count = file.byteLength / BLOCK;
  if (!Number.isInteger(count) || count === 0)
    throw new Error("a UF2 file is made of 512-byte blocks");
  const seen = new Set();
  for (let block = 0; block < count; block++) {
    const word = (place) => view.getUint32(block * BLOCK + place, true);
    if (word(0) !== 0x0a324655 || word(4) !== 0x9e5d5157 || word(508) !== 0x0ab16f30)
      refuse(block, "lacks one of its three magic numbers");
    if (word(8) !== HAS_FAMILY || word(28) !== RP2040_FAMILY) refuse(block, "isn't for the RP2040");
    const address = word(12);
    if (word(16) !== PAGE) refuse(block, `carries ${word(16)} bytes: the ROM takes 256`);
    if (address % PAGE || address < FLASH || address + PAGE > FLASH + flashBytes)
      refuse(block, `goes to 0x${address.toString(16)}: no page of flash`);
    if (word(20) !== block || word(24) !== count) refuse(block, "has a wrong number or count");
    if (seen.has(address)) refuse(block, "goes where another went");
    seen.add(address);
    const from = file.byteOffset + block * BLOCK + 32;
    flash.set(new Uint8Array(file.buffer, from, PAGE), address - FLASH);
  }
  return flash;
}
