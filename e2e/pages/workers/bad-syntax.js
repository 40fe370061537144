// Is no JavaScript.
let let = ;
