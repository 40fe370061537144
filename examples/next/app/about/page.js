// @ts-check
export default function Page() {
  return <p id="said">there is no pool here</p>;
}
