# Made by Locust 2.47.0: .venv/bin/python internal/summary/testdata/golden.py FILE
"""Feeds reports to the statistics of Locust 2.47.0 as its master does, and writes what it prints of them."""
import io, json, sys, time as _time, csv
import locust.stats as st
from locust.event import Events
from types import SimpleNamespace
now=[1700000000.25]
st.time=SimpleNamespace(time=lambda: now[0])
def run(columns, reports, history, full):
    now[0]=1700000000.25
    st.STATS_NAME_WIDTH = 80 if columns==0 else max(min(columns-80,80),0)
    ev=Events(); s=st.RequestStats()
    st.setup_distributed_stats_event_listeners(ev,s)
    env=SimpleNamespace(stats=s, runner=SimpleNamespace(user_count=5, exceptions={}))
    import locust.env
    w=st.StatsCSV(env, st.PERCENTILES_TO_REPORT)
    hw=st.StatsCSVFileWriter.__new__(st.StatsCSVFileWriter); st.StatsCSV.__init__(hw,env,st.PERCENTILES_TO_REPORT); hw.full_history=full
    hist=io.StringIO(newline='')
    hcsv=csv.writer(hist)
    for at, r in reports:
        now[0]=at
        data=json.loads(json.dumps(r), object_hook=lambda d:{(int(k) if k.lstrip('-').isdigit() else k):v for k,v in d.items()})
        ev.worker_report.fire(client_id="x", data=data)
        hw._stats_history_data_rows(hcsv, now[0])
    out={}
    out["current"]="\n".join(st.get_stats_summary(s,True))+"\n\n"
    out["final"]="\n".join(st.get_stats_summary(s,False))+"\n\n"
    out["percentiles"]="\n".join(st.get_percentile_stats_summary(s))+"\n\n"
    out["errors"]=("\n".join(st.get_error_report_summary(s))+"\n") if s.errors else ""
    def c(f):
        b=io.StringIO(newline=''); f(csv.writer(b)); return b.getvalue()
    out["stats.csv"]=c(w.requests_csv); out["failures.csv"]=c(w.failures_csv)
    out["history.csv"]=hist.getvalue()
    order=lambda v: {k: v[k] for k in sorted(v)} if isinstance(v, dict) else v  # ours has times and seconds in order
    out["json"]=json.dumps([{k: order(v) for k, v in s.entries[key].get_stripped_report().items()} for key in sorted(s.entries)], indent=4)
    return out
def entry(name, method, times, sec, start, fails=0, none=0, length=0):
    d={"name":name,"method":method,"last_request_timestamp":sec+0.5 if times or none else None,"start_time":start,"num_requests":len(times)+none,"num_none_requests":none,"num_failures":fails,
       "total_response_time":float(sum(times)) if times else 0,"max_response_time":float(max(times)) if times else 0,"min_response_time":float(min(times)) if times else None,"total_content_length":length,
       "response_times":{},"num_reqs_per_sec":{},"num_fail_per_sec":{}}
    b={}
    for t in times:
        k=st.bucket_response_time(t); b[k]=b.get(k,0)+1
    d["response_times"]={str(k):b[k] for k in sorted(b)}
    if times or none: d["num_reqs_per_sec"]={str(sec):len(times)+none}
    if fails: d["num_fail_per_sec"]={str(sec):fails}
    return d
def total(es, start, sec):
    t=entry("Aggregated","",[],sec,start)
    for e in es:
        t["last_request_timestamp"]=sec+0.5
        for k in ("num_requests","num_none_requests","num_failures","total_response_time","total_content_length"): t[k]+=e[k]
        t["max_response_time"]=max(t["max_response_time"],e["max_response_time"])
        if e["min_response_time"] is not None: t["min_response_time"]=e["min_response_time"] if t["min_response_time"] is None else min(t["min_response_time"],e["min_response_time"])
        for k in ("response_times","num_reqs_per_sec","num_fail_per_sec"):
            for x,n in e[k].items(): t[k][x]=t[k].get(x,0)+n
    t["response_times"]={k:t["response_times"][k] for k in sorted(t["response_times"],key=int)}
    return t
def err(m,n,e,occ,f,l):
    return {"name":n,"method":m,"error":e,"occurrences":occ,"first_seen":f,"last_seen":l}
def report(es, errs, start, sec):
    return {"stats":es,"stats_total":total(es,start,sec),"errors":{st.StatsError.create_key(e["method"],e["name"],e["error"]):e for e in errs},"user_classes_count":{"A":3,"B":2},"user_count":5}
B=1700000000
cases=[]
r=[(B+1.3,report([entry("/a","GET",[10.5,20.25,30,40,50,60,70,80,90,1234.5],B,B+.25,length=1000),entry("/b","POST",[0.0,12.4],B,B+.25,fails=2,length=7),entry("n","X",[],B,B+.25,none=3)],
      [err("POST","/b",'status 500, "q"',1,B+.5,B+.5),err("POST","/b","it's",1,B+.5,None)],B+.25,B)),
   (B+2.3,report([entry("/a","GET",[5.0]*7+[123456.0],B+1,B+1.3,fails=1,length=99)],[err("GET","/a","CatchResponseError('x')",1,B+1,B+1.5),err("POST","/b",'status 500, "q"',4,B+1,B+1.75)],B+1.3,B+1))]
for i in range(2,20):
    r.append((B+i+1.3,report([entry("/a","GET",[float(i+j) for j in range(i*3)],B+i,B+i+.3,fails=i%3,length=i)],[],B+i+.3,B+i)))
cases.append({"columns":0,"full":True,"reports":r})
cases.append({"columns":120,"full":False,"reports":r[:2]})
cases.append({"columns":60,"full":False,"reports":r[:1]})
cases.append({"columns":0,"full":False,"reports":[(B+1.3,report([],[],B+.25,B))]})
cases.append({"columns":0,"full":False,"reports":[(B+1.3,report([entry("übung \U0001f600\t\"q\",\n","GÉT",[12.4],B,B+.25,length=3),entry("slow","GET",[999.0,1004.0],B,B+.25,fails=2,length=3)],[],B+.25,B))]})
for c in cases:
    c["golden"]=run(c["columns"],c["reports"],None,c["full"])
    c["reports"]=[[a,x] for a,x in c["reports"]]
json.dump(cases,open(sys.argv[1],"w"),indent=None,separators=(",",":"),ensure_ascii=False)
