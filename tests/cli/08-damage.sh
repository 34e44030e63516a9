# Damage to the store's file: one line and a code, never a crash, never a wrong
# answer; verify finds it or shows that it lies in free space.
. "$(dirname "$0")/lib.sh"
all_about_files "its rows are damaged in 41-server.sh"
store_make
qorgan -q load "$ROOT/catalogue/2026-2028"
qorgan -q risk edit CYB-01 --owner-role "Another role"
qorgan dump >good.jsonl
cp store/store.mdb good.mdb
size=$(stat -c %s good.mdb)

# flip OFFSET: changes one byte of the store's file.
flip() {
	python3 - "$1" <<-END
	import sys
	offset = int(sys.argv[1])
	with open("store/store.mdb", "r+b") as f:
	    f.seek(offset); byte = f.read(1)[0]; f.seek(offset); f.write(bytes([byte ^ 0x41]))
	END
}

test_case 'a flipped byte is found by verify, or lies where nothing is' '
	seed=${QORGAN_SEED:-$RANDOM}
	echo "seed $seed"
	for offset in $(python3 -c "import random; random.seed($seed); print(*[random.randrange($size) for _ in range(60)])"); do
		cp good.mdb store/store.mdb
		flip "$offset"
		code=0
		qorgan verify >found 2>&1 || code=$?
		case $code in
		0) qorgan verify --offset "$offset" >where; grep -q "holds nothing" where || { echo "offset $offset: $(cat where)"; exit 1; } ;;
		1 | 65 | 74 | 77) ;;
		*) echo "offset $offset: code $code"; cat found; exit 1 ;;
		esac
		code=0
		qorgan dump >after.jsonl 2>said || code=$?
		case $code in
		0) cmp good.jsonl after.jsonl ;;
		1 | 65 | 66 | 74 | 77) [ "$(wc -l <said)" -eq 1 ] ;;
		*) echo "offset $offset: dump ended with $code"; cat said; exit 1 ;;
		esac
	done
'

test_case 'a truncated or zeroed file is 74 and says so in one line' '
	for length in $((size / 2)) 8192 20480; do
		cp good.mdb store/store.mdb
		truncate -s $length store/store.mdb
		code=0
		qorgan stats 2>said >/dev/null || code=$?
		[ $code -eq 74 ] || [ $code -eq 65 ] || { echo "length $length: $code"; exit 1; }
		[ "$(wc -l <said)" -eq 1 ]
	done
	head -c "$size" /dev/zero >store/store.mdb
	expect_code 65 qorgan stats
	cp good.mdb store/store.mdb
	dd if=/dev/zero of=store/store.mdb bs=4096 seek=5 count=1 conv=notrunc 2>/dev/null
	code=0
	qorgan verify >found 2>&1 || code=$?
	[ $code -eq 1 ] || [ $code -eq 74 ] || qorgan verify --offset 20490 | grep -q "holds nothing"
'

test_case 'a free list that names a page in use stops the first write' '
	cp good.mdb store/store.mdb
	for i in 1 2 3 4 5 6; do
		qorgan -q risk edit CYB-01 --owner-role "Role $i"
	done
	qorgan dump >good.jsonl
	python3 - <<-END
	# The free list is a tree of LMDB: transaction to count and page numbers, falling.
	import struct
	PAGE = 4096
	data = bytearray(open("store/store.mdb", "rb").read())
	meta = max((0, 1), key=lambda m: struct.unpack_from("<Q", data, m * PAGE + 144)[0])
	root, = struct.unpack_from("<Q", data, meta * PAGE + 80)
	last, = struct.unpack_from("<Q", data, meta * PAGE + 136)
	lists = []
	for i in range((struct.unpack_from("<H", data, root * PAGE + 12)[0] - 16) // 2):
	    node = root * PAGE + struct.unpack_from("<H", data, root * PAGE + 16 + 2 * i)[0]
	    count, = struct.unpack_from("<Q", data, node + 16)
	    lists.append((node + 24, list(struct.unpack_from("<%dQ" % count, data, node + 24))))
	free = {number for at, numbers in lists for number in numbers}
	def is_leaf(number):
	    own, pad, flags = struct.unpack_from("<QHH", data, number * PAGE)
	    return own == number and flags == 2
	at, wrong = next((at + 8 * i, live) for at, numbers in lists for i, number in enumerate(numbers)
	                 for live in range(2, last + 1) if live not in free and is_leaf(live) and live != root
	                 and (i == 0 or live < numbers[i - 1]) and (i + 1 == len(numbers) or live > numbers[i + 1]))
	struct.pack_into("<Q", data, at, wrong)
	open("store/store.mdb", "r+b").write(data)
	END
	expect_code 1 qorgan verify >found
	expect_code 74 qorgan risk edit CYB-02 --owner-role "Lost"
	expect_one_line "nothing was written"
	qorgan dump | cmp - good.jsonl
'

test_case 'the whole store verifies once the file is put back' '
	rm -r "$XDG_STATE_HOME/qorgan"
	cp good.mdb store/store.mdb
	qorgan verify
'

test_done
