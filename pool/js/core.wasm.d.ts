// Where the file is, for bundlers that give what they do not read by its address: it goes into the option `wasm`.
declare const address: string;
export default address;
