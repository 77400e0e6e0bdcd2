# Made by Locust 2.47.0: .venv/bin/python internal/dispatch/testdata/golden.py > FILE
import json, random
from locust.dispatch import UsersDispatcher
from locust.runners import WorkerNode
import gevent; gevent.sleep=lambda *_:None
import locust.dispatch; locust.dispatch.gevent.sleep=lambda *_:None
random.seed(7)
out=[]
def case(users, rate, classes):
    us=[type(n,(),{"weight":w,"fixed_count":f}) for n,w,f in classes]
    d=UsersDispatcher([WorkerNode("local")], us)
    d.new_dispatch(users, rate)
    steps=[list(s["local"].values()) for s in d]
    names=sorted(n for n,_,_ in classes)
    out.append({"users":users,"rate":rate,"classes":[{"Name":n,"Weight":w,"FixedCount":f} for n,w,f in classes],"names":names,"interval":d._wait_between_dispatch,"steps":steps})
case(12,1,[("A",5,0),("B",1,0)])
case(0,1,[("A",1,0)])
case(7,2.5,[("B",1,2),("A",3,0),("C",0,0)])
case(5,0.3,[("A",1,3)])
case(4,100,[("A",1,3),("B",1,3)])
case(10,3,[("A",1,0),("B",1,0),("C",1,0)])
for _ in range(25):
    n=random.randint(1,6)
    case(random.randint(1,60), random.choice([1,2.5,7,20,0.5]), [(chr(65+i), random.choice([1,2,3,5,10,100,0.5]), random.choice([0,0,0,1,4])) for i in range(n)])
print("[\n"+",\n".join(json.dumps(o) for o in out)+"\n]")
