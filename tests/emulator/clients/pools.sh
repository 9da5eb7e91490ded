#!/bin/sh
# Let a pool have COUNT nodes of FLAVOR and wait for them, with nothing but curl and sed.
# Usage: sh pools.sh URL PROJECT POOL FLAVOR COUNT
set -eu
url=$1 project=$2 pool=$3 flavor=$4 count=$5

ask() {
    curl --silent --show-error --fail --noproxy '*' "$@"
}

field() {
    sed -n "s|.*\"$1\": *\"\([^\"]*\)\".*|\1|p"
}

ask "$url/v2/$project/pools" | grep -q "\"name\": *\"$pool\""
order=$(
    ask --request PATCH --header 'Content-Type: application/merge-patch+json' \
        --data "{\"spec\": {\"resources\": [{\"flavor\": \"$flavor\", \"count\": $count}]}}" \
        "$url/v2/$project/pools/$pool" | field 'os.modelarts/order.name'
)
until status=$(ask "$url/v1/$project/orders/$order" | field status) && [ "$status" != processing ]; do :; done
echo "$pool: $count nodes, $status"
