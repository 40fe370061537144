// Is gone before anybody could tell.
self.close();
