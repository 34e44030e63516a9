/* Jansson's loops as plain ones, for cppcheck, which does not read Jansson's headers. */
#define json_array_foreach(list, i, value) \
	for (i = 0; i < json_array_size(list) && (value = json_array_get(list, i)); i++)
#define json_object_foreach(map, key, value) \
	for (void *at = json_object_iter(map); \
	     at && (key = json_object_iter_key(at)) && (value = json_object_iter_value(at)); at = json_object_iter_next(map, at))
