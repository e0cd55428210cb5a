package crash
import ("testing";"database/sql";_ "github.com/jackc/pgx/v5/stdlib";"tillway/internal/sqldb/sqldbtest";"tillway/internal/store/migrations";"os";"strings")
func TestZZ(t *testing.T){
 url:=sqldbtest.PostgresURL(t, migrations.FS)
 db,_:=sql.Open("pgx",url); defer db.Close()
 ex:=func(q string){ if _,err:=db.Exec(q);err!=nil{t.Fatal(q,err)}}
 n:="2500"
 ins:=func(table string, set map[string]string){
  rows,err:=db.Query("select column_name, data_type from information_schema.columns where table_name=$1 order by ordinal_position",table); if err!=nil{t.Fatal(err)}
  var cols,vals []string
  for rows.Next(){var c,ty string; rows.Scan(&c,&ty); v:="''"; switch ty{case "bigint":v="0";case "boolean":v="false"}; if s,ok:=set[c];ok{v=s}; cols=append(cols,c);vals=append(vals,v)}
  rows.Close()
  ex("insert into "+table+"("+strings.Join(cols,",")+") select "+strings.Join(vals,",")+" from generate_series(1,"+n+") g")
 }
 id:=func(p string)string{return "'"+p+"'||lpad(g::text,22,'0')"}
 ins("orders",map[string]string{"id":id("ORD_"),"store_id":"'S'","env":"'test'","status":"'completed'","payment_id":id("PAY_"),"session_id":id("cs_"),"billing":"repeat('x',60)"})
 ins("payments",map[string]string{"id":id("PAY_"),"store_id":"'S'","env":"'test'","status":"'succeeded'","order_id":id("ORD_")})
 ins("attempts",map[string]string{"id":id("ATT_"),"store_id":"'S'","env":"'test'","state":"'succeeded'","order_id":id("ORD_"),"payment_id":id("PAY_")})
 ins("ledger_transactions",map[string]string{"kind":"'charge_captured'","fact_id":id("PAY_"),"store_id":"'S'","env":"'test'"})
 ins("events",map[string]string{"id":id("EVT_"),"type":"'order.completed'","event_key":id("PAY_"),"store_id":"'S'","env":"'test'","snapshot":"repeat('y',1500)"})
 ins("checkout_sessions",map[string]string{"id":id("cs_"),"order_id":id("ORD_"),"store_id":"'S'","env":"'test'"})
 q,_:=os.ReadFile("/tmp/confcrash/q.sql")
 for i:=0;i<2;i++{
 rows,err:=db.Query("EXPLAIN (ANALYZE, BUFFERS) "+string(q)); if err!=nil{t.Fatal(err)}
 for rows.Next(){var l string; rows.Scan(&l); t.Log(l)}
 rows.Close()
 ex("ANALYZE"); t.Log("=========== analyzed")
 }
}
