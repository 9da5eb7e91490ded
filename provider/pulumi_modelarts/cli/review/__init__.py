"""`modelarts review`: what a preview, a saved plan or a log of events says that a run does, for whoever approves it.

`documents` tells inputs apart, `digest`, `events` and `plan` read them as steps of the engine, and `stack` makes a
report of the steps: `report` has its types, and `totals` what they come to. `text`, `markdown`, `page` and `to_json`
print it. No Pulumi is started and no service is asked: what a file does not say is named as unknown.
"""
